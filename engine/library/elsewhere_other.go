//go:build !linux

package library

// elsewhere unpacks into a temporary folder.
func (p parcel) elsewhere() (string, error) { return p.temporary() }

// executable returns nil: this system has no file systems to beware of.
func executable(string) error { return nil }
