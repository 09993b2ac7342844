// Package storagetest opens databases for tests: New for the tests of other
// packages, Each to run one suite on every engine. Nothing of the program
// itself imports it.
package storagetest
