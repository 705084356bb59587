package bench

import "syscall"

// processorSeconds returns the time that processors have spent on this process.
func processorSeconds() float64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err) // there is no way to ask wrongly
	}
	return float64(usage.Utime.Nano()+usage.Stime.Nano()) / 1e9
}
