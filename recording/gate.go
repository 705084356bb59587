package recording

import "sync"

// A Gate lets reads of a file through until it is closed, which waits for those
// that run. Its zero value is open.
type Gate struct {
	mutex  sync.RWMutex // read-locked by a Read, locked by Close
	closed bool
}

// Through runs read while the gate is open.
//
//	errors   of read; ErrClosed
func (g *Gate) Through(read func() error) error {
	g.mutex.RLock()
	defer g.mutex.RUnlock()
	if g.closed {
		return ErrClosed
	}
	return read()
}

// Shut closes the gate and runs release, when no read runs any more. Only the first
// call does anything.
//
//	errors   of release
func (g *Gate) Shut(release func() error) error {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	if g.closed {
		return nil
	}
	g.closed = true
	return release()
}
