package main

/*
#cgo LDFLAGS: -lsqlite3
#include <sqlite3.h>
#include <stdlib.h>

// The destructor SQLITE_TRANSIENT is a cast, which cgo cannot write.
static int bind_copy(sqlite3_stmt *statement, int place, const char *text, int size) {
	return sqlite3_bind_text(statement, place, text, size, SQLITE_TRANSIENT);
}
*/
import "C"

import (
	"fmt"
	"sync"
	"unsafe"
)

const (
	schema = "CREATE TABLE IF NOT EXISTS visit (path TEXT PRIMARY KEY, count INTEGER NOT NULL) WITHOUT ROWID"
	visit  = "INSERT INTO visit VALUES (?, 1) ON CONFLICT (path) DO UPDATE SET count = count + 1 RETURNING count"
)

// Counter is a table of counts in a file of SQLite.
type Counter struct {
	lock     sync.Mutex
	database *C.sqlite3
	visit    *C.sqlite3_stmt
}

// Version tells which SQLite the image has.
func Version() string { return C.GoString(C.sqlite3_libversion()) }

// Open opens the file, or creates it.
func Open(file string) (*Counter, error) {
	counter := &Counter{}
	name := C.CString(file)
	defer C.free(unsafe.Pointer(name))
	if C.sqlite3_open(name, &counter.database) != C.SQLITE_OK {
		return nil, counter.fail("open " + file)
	}
	for _, text := range []string{schema, visit} {
		if err := counter.prepare(text); err != nil {
			return nil, err
		}
		if text == schema && C.sqlite3_step(counter.visit) != C.SQLITE_DONE {
			return nil, counter.fail("create the table in " + file)
		}
	}
	return counter, nil
}

// Visit adds one to the count of a path.
func (counter *Counter) Visit(path string) (int64, error) {
	counter.lock.Lock()
	defer counter.lock.Unlock()
	text := C.CString(path)
	defer C.free(unsafe.Pointer(text))
	defer C.sqlite3_reset(counter.visit)
	C.bind_copy(counter.visit, 1, text, C.int(len(path)))
	if C.sqlite3_step(counter.visit) != C.SQLITE_ROW {
		return 0, counter.fail("count")
	}
	count := int64(C.sqlite3_column_int64(counter.visit, 0))
	if C.sqlite3_step(counter.visit) != C.SQLITE_DONE {
		return 0, counter.fail("count")
	}
	return count, nil
}

// Close closes the file.
func (counter *Counter) Close() {
	C.sqlite3_finalize(counter.visit)
	C.sqlite3_close(counter.database)
}

func (counter *Counter) prepare(text string) error {
	C.sqlite3_finalize(counter.visit)
	counter.visit = nil
	sql := C.CString(text)
	defer C.free(unsafe.Pointer(sql))
	if C.sqlite3_prepare_v2(counter.database, sql, -1, &counter.visit, nil) != C.SQLITE_OK {
		return counter.fail("prepare")
	}
	return nil
}

func (counter *Counter) fail(what string) error {
	return fmt.Errorf("%s: %s", what, C.GoString(C.sqlite3_errmsg(counter.database)))
}
