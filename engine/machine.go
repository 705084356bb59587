package engine

import (
	"debug/elf"
	"debug/macho"
	"debug/pe"
	"io"
	"runtime"
)

// A machine is an operating system and a processor, in the words of Go.
type machine struct{ system, processor string }

// String writes the machine as Go does: linux/amd64.
func (m machine) String() string { return m.system + "/" + m.processor }

// this is the machine that the program was built for.
var this = machine{runtime.GOOS, runtime.GOARCH}

// checkHeader compares the machine that the library was built for, which its
// first bytes tell, with this one.
func checkHeader(path string, r io.ReaderAt) error {
	built, ok := machineOf(r)
	switch {
	case !ok:
		return refuse(path, ErrNotLibrary, "the file is not a shared library")
	case built != this:
		return refuse(path, ErrArchitecture, "the library is for %s, this program for %s", built, this)
	}
	return nil
}

// machineOf reads the header of a shared library of any of the three formats.
// ELF names no system: it counts as that of Linux.
func machineOf(r io.ReaderAt) (machine, bool) {
	if f, err := elf.NewFile(r); err == nil {
		return machine{"linux", processor(f.Machine, elfProcessors)}, true
	}
	if f, err := macho.NewFile(r); err == nil {
		return machine{"darwin", processor(f.Cpu, machoProcessors)}, true
	}
	if f, err := pe.NewFile(r); err == nil {
		return machine{"windows", processor(f.Machine, peProcessors)}, true
	}
	return machine{}, false
}

// The processors in the numbers of each format.
var (
	elfProcessors   = map[elf.Machine]string{elf.EM_X86_64: "amd64", elf.EM_AARCH64: "arm64"}
	machoProcessors = map[macho.Cpu]string{macho.CpuAmd64: "amd64", macho.CpuArm64: "arm64"}
	peProcessors    = map[uint16]string{pe.IMAGE_FILE_MACHINE_AMD64: "amd64", pe.IMAGE_FILE_MACHINE_ARM64: "arm64"}
)

func processor[T comparable](number T, known map[T]string) string {
	if name, ok := known[number]; ok {
		return name
	}
	return "another processor"
}
