package storage

// CopiedTables and LocalTables together should be every table.
var CopiedTables, LocalTables = copiedTables, localTables
