package engine

import "github.com/isocortex/isocortex/winograd"

// InGo counts the layers of the session that Go computes.
func (s *Session) InGo() int {
	if s.operator == nil {
		return 0
	}
	return int(s.operator.layers)
}

// Spoil has f called for every layer of the session that Go computes.
func (s *Session) Spoil(f func()) {
	served.Lock()
	defer served.Unlock()
	for i := range s.operator.layers {
		l := served.layers[s.operator.first+i]
		spoiled := *l.layer
		spoiled.run = func([]float32, []float32, winograd.Pictures) { f() }
		l.layer = &spoiled
		served.layers[s.operator.first+i] = l
	}
}

// Served counts the layers of all sessions that Go computes.
func Served() int {
	served.RLock()
	defer served.RUnlock()
	return len(served.layers)
}
