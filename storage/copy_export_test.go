package storage

// CopiedTables (of which exports leave LeftTables out) and LocalTables together should be every table.
var CopiedTables, LocalTables, LeftTables = copiedTables, localTables, leftTables

// NewestSchema is the schema that this program knows.
var NewestSchema = newestSchema
