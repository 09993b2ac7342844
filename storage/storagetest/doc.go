// Package storagetest opens databases for tests: New for the tests of other
// packages, Each to run one suite on every engine. Nothing of the program
// itself imports it.
//
// New and what is like it open SQLite databases, and PostgreSQL ones when
// LIMELIGHT_TEST_ENGINE is postgres. Those are on a PostgreSQL of the test
// process's own, for which the package's TestMain calls Main.
package storagetest
