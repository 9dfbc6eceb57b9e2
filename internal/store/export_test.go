package store

// SetMaxWAL lets a test fill the -wal file quickly.
func (db *DB) SetMaxWAL(n int64) { db.maxWAL = n }

// SetMaxBatch lets a benchmark commit each write alone.
func (db *DB) SetMaxBatch(n int) { db.maxBatch = n }
