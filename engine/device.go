package engine

import (
	"fmt"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"unsafe"

	"github.com/isocortex/isocortex/nearest"
)

// A Device computes graphs. The zero Device is the processor, which every library
// has; the bits of results are those of the device.
type Device struct {
	Name   string // of Devices; "" for cpu
	Number int    // of several of a kind, from 0
}

// CPU is the name of the processor.
const CPU = "cpu"

// A kind is a kind of device and what the library calls it.
type kind struct {
	name     string
	provider string // as GetAvailableProviders lists it
	short    string // as SessionOptionsAppendExecutionProvider takes it; "" where it does not
	numbered string // the option that chooses among several; "" where there is none
}

// kinds lists the devices that a library may have.
var kinds = []kind{
	{CPU, "CPUExecutionProvider", "", ""},
	{"cuda", "CUDAExecutionProvider", "", "device_id"},
	{"coreml", "CoreMLExecutionProvider", "CoreML", ""},
	{"directml", "DmlExecutionProvider", "DML", "device_id"},
	{"openvino", "OpenVINOExecutionProvider", "OpenVINO", ""},
	{"webgpu", "WebGpuExecutionProvider", "WebGPU", "deviceId"},
	{"xnnpack", "XnnpackExecutionProvider", "XNNPACK", ""},
}

// cudaOptions keep the products of float32 in float32, and choose algorithms
// without a race between them, which another one may win next time.
var cudaOptions = []setting{{"use_tf32", "0"}, {"cudnn_conv_algo_search", "DEFAULT"}}

// A setting is an option of a device.
type setting struct{ key, value string }

// DeviceNames lists the devices that a library may have.
func DeviceNames() []string {
	names := make([]string, len(kinds))
	for i, k := range kinds {
		names[i] = k.name
	}
	return names
}

// ParseDevice reads the name of a device, with a number if it is another than the
// first of its kind: cuda, cuda:1.
//
//	errors   an unknown name; a number where a kind has none
func ParseDevice(text string) (Device, error) {
	name, number, numbered := strings.Cut(text, ":")
	if name == "" && !numbered {
		return Device{}, nil
	}
	k, err := nearest.In(kinds, "device", name, func(k kind) []string { return []string{k.name} })
	if err != nil {
		return Device{}, err
	}
	d := Device{Name: k.name}
	if d.Name == CPU {
		d.Name = ""
	}
	if !numbered {
		return d, nil
	}
	if d.Number, err = strconv.Atoi(number); err != nil || d.Number < 0 || k.numbered == "" {
		return Device{}, fmt.Errorf("device %q: write %s, or the number of one behind a colon where there are several: cuda:1", text, k.name)
	}
	return d, nil
}

// String returns what ParseDevice reads.
func (d Device) String() string {
	switch {
	case d.Name == "":
		return CPU
	case d.Number > 0:
		return fmt.Sprintf("%s:%d", d.Name, d.Number)
	}
	return d.Name
}

// Key returns the name for what is kept under the options of its making: "" for
// the processor.
func (d Device) Key() string {
	if d.Name == "" {
		return ""
	}
	return d.String()
}

// A DeviceError says that the library cannot compute on a device.
type DeviceError struct {
	Device  Device
	Path    string   // of the library
	Present []string // the devices that the library has
	Err     error    // why one that it has is of no use; nil for one that it lacks
}

// Error says what is there, or what to do.
func (e *DeviceError) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("device %v: the engine %s was built for %s, but cannot use %v here: name a build with all of its files, install what the device needs, or leave --device out: %v",
			e.Device, e.Path, strings.Join(e.Present, ", "), e.Device, e.Err)
	}
	return fmt.Sprintf("device %v is not in this build of the engine, %s, which has %s: name a build that has it by --onnxruntime or ISOCORTEX_ONNXRUNTIME",
		e.Device, e.Path, strings.Join(e.Present, ", "))
}

// Unwrap returns why the device is of no use.
func (e *DeviceError) Unwrap() error { return e.Err }

// Devices lists the devices that the library was built for, by the names that
// ParseDevice reads, or in the library's own words where it has more.
func (e *Engine) Devices() ([]string, error) {
	if err := e.enter(); err != nil {
		return nil, err
	}
	defer e.leave()
	var list handle
	var length int32
	if err := e.api.call(getAvailableProviders, uintptr(unsafe.Pointer(&list)), uintptr(unsafe.Pointer(&length))); err != nil {
		return nil, err
	}
	var present []string
	for _, text := range unsafe.Slice((*handle)(list), length) {
		provider := goString(text)
		if i := slices.IndexFunc(kinds, func(k kind) bool { return k.provider == provider }); i >= 0 {
			provider = kinds[i].name
		}
		present = append(present, provider)
	}
	slices.Sort(present)
	return present, e.api.call(releaseAvailableProviders, uintptr(list), uintptr(length))
}

// on makes the session compute on a device; what the device cannot do is done by
// the processor.
func (s *Session) on(d Device, options handle) error {
	if d.Name == "" {
		return nil
	}
	present, err := s.engine.Devices()
	if err != nil {
		return err
	}
	i := slices.IndexFunc(kinds, func(k kind) bool { return k.name == d.Name })
	if i < 0 || !slices.Contains(present, d.Name) {
		return &DeviceError{d, s.engine.path, present, nil}
	}
	if err := s.append(kinds[i], d.Number, options); err != nil {
		return &DeviceError{d, s.engine.path, present, err}
	}
	return nil
}

// append adds what the library calls a provider to the options of a session.
func (s *Session) append(k kind, number int, options handle) error {
	var settings []setting
	if k.numbered != "" {
		settings = append(settings, setting{k.numbered, strconv.Itoa(number)})
	}
	if k.name == "cuda" {
		return s.appendCUDA(append(settings, cudaOptions...), options)
	}
	keys, values := cStrings(settings)
	err := s.call(appendExecutionProvider, uintptr(options), uintptr(unsafe.Pointer(cString(k.short))),
		uintptr(first(keys)), uintptr(first(values)), uintptr(len(keys)))
	runtime.KeepAlive(keys)
	runtime.KeepAlive(values)
	return err
}

// appendCUDA is append for graphics cards of NVIDIA, which have functions of
// their own.
func (s *Session) appendCUDA(settings []setting, options handle) error {
	var cuda handle
	if err := s.call(createCUDAOptions, uintptr(unsafe.Pointer(&cuda))); err != nil {
		return err
	}
	defer s.engine.api.release(releaseCUDAOptions, cuda)
	keys, values := cStrings(settings)
	err := s.call(updateCUDAOptions, uintptr(cuda), uintptr(first(keys)), uintptr(first(values)), uintptr(len(keys)))
	runtime.KeepAlive(keys)
	runtime.KeepAlive(values)
	if err != nil {
		return err
	}
	return s.call(appendCUDA, uintptr(options), uintptr(cuda))
}

// cStrings returns the keys and the values of settings as lists of C.
func cStrings(settings []setting) (keys, values names) {
	for _, s := range settings {
		keys, values = append(keys, cString(s.key)), append(values, cString(s.value))
	}
	return keys, values
}
