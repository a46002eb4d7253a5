package sla

import (
	"archive/zip"
	"bytes"
	_ "embed"
	"io"
	"sync"
	"time"
)

// ZoneVersion is the release of the IANA time zone database by which all due times are computed. It is linked in, and a database of the machine is not asked: the
// same calendar gives the same due time everywhere, and what is noted beside it is true.
const ZoneVersion = "2025c"

// zoneFile is lib/time/zoneinfo.zip of the Go distribution: the database is in the public domain.
//
//go:embed zoneinfo.zip
var zoneFile []byte

var zoneIndex = sync.OnceValues(func() (*zip.Reader, error) {
	return zip.NewReader(bytes.NewReader(zoneFile), int64(len(zoneFile)))
})

var zonesRead sync.Map // *time.Location by name

// zoneOf returns the zone of an IANA name, as Europe/Paris.
func zoneOf(name string) (*time.Location, error) {
	if z, ok := zonesRead.Load(name); ok {
		return z.(*time.Location), nil
	}
	if name == "UTC" {
		return time.UTC, nil
	}
	index, err := zoneIndex()
	if err != nil {
		return nil, err
	}
	f, err := index.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, 1<<20))
	if err != nil {
		return nil, err
	}
	z, err := time.LoadLocationFromTZData(name, data)
	if err == nil {
		zonesRead.Store(name, z)
	}
	return z, err
}

// Zone returns the zone of an IANA name, as Europe/Paris, from the database that is linked in.
func Zone(name string) (*time.Location, error) { return zoneOf(name) }
