package folder

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
)

// syncer syncs folders. Those who ask for the same folder while it is being synced share the next sync.
type syncer struct {
	mu      sync.Mutex
	flights map[string]*flight // the sync that a newcomer may join: it has not begun
	running map[string]*flight
	made    map[string]bool // folders that are there, and safe
}

type flight struct {
	done chan struct{}
	err  error
}

func newSyncer() *syncer {
	return &syncer{flights: map[string]*flight{}, running: map[string]*flight{}, made: map[string]bool{}}
}

// dir makes what was done in the folder before the call safe.
func (s *syncer) dir(path string) error {
	s.mu.Lock()
	if f := s.flights[path]; f != nil {
		s.mu.Unlock()
		<-f.done
		return f.err
	}
	mine, before := &flight{done: make(chan struct{})}, s.running[path]
	s.flights[path] = mine
	s.mu.Unlock()
	if before != nil {
		<-before.done
	}
	s.mu.Lock()
	delete(s.flights, path)
	s.running[path] = mine
	s.mu.Unlock()
	mine.err = syncDir(path)
	s.mu.Lock()
	if s.running[path] == mine {
		delete(s.running, path)
	}
	s.mu.Unlock()
	close(mine.done)
	return mine.err
}

func syncDir(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

// maxMade bounds the memory of which folders are safe; forgetting costs a few syncs.
const maxMade = 10_000

// make makes a folder below root, and its way there, safe.
func (s *syncer) make(root, path string) error {
	if path == root {
		return nil
	}
	s.mu.Lock()
	made := s.made[path]
	s.mu.Unlock()
	if made {
		return nil
	}
	parent := filepath.Dir(path)
	if err := s.make(root, parent); err != nil {
		return err
	}
	if err := os.Mkdir(path, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	if err := s.dir(parent); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.made) >= maxMade {
		clear(s.made)
	}
	s.made[path] = true
	return nil
}
