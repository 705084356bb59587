package engine

import (
	"context"
	"fmt"
	"runtime"
	"unsafe"
)

// Results are the outputs of one Run.
type Results struct {
	Tensors []Tensor // in the order of Outputs; views of the library's memory, not to be used after Close

	engine *Engine
	values []handle
}

// Close gives the memory of the tensors back; further calls do nothing.
func (r *Results) Close() error {
	if r.values == nil {
		return nil
	}
	for _, v := range r.values {
		r.engine.api.release(releaseValue, v)
	}
	r.values, r.Tensors = nil, nil
	r.engine.leave()
	return nil
}

// Run computes all outputs from the inputs, given in the order of Inputs.
//
// The inputs are neither copied nor kept. A run that ctx interrupts ends after
// the operator it is at.
//
//	errors   *TensorError for an input that does not fit its port; *RunError when an operator
//	         fails; the cause of ctx; ErrClosed
//	cost     a few microseconds beside the graph itself
func (s *Session) Run(ctx context.Context, inputs []Tensor) (*Results, error) {
	values, err := s.run(ctx, inputs, nil)
	if err != nil {
		return nil, err
	}
	results := &Results{engine: s.engine, values: values, Tensors: make([]Tensor, len(values))}
	for i, v := range values {
		if results.Tensors[i], err = s.engine.tensor(v); err != nil {
			results.Close()
			return nil, fmt.Errorf("output %s: %w", s.outputs[i].Name, err)
		}
	}
	return results, nil
}

// RunInto computes all outputs into memory of the caller: outputs has one
// tensor of the right shape for each of Outputs.
//
//	errors   as Run; a *RunError when an output has another shape than the graph computes
//	cost     as Run, less the memory for results
func (s *Session) RunInto(inputs, outputs []Tensor) error {
	var pinner runtime.Pinner
	defer pinner.Unpin()
	values, err := s.run(context.Background(), inputs, func() ([]handle, error) {
		return s.bind(&pinner, "output", s.outputs, outputs)
	})
	if err == nil {
		s.releaseValues(values)
		s.engine.leave()
	}
	return err
}

// run computes the outputs into the values that outputs makes, or into values
// that the library makes when outputs is nil. After an error there are none;
// else they count as a user of the engine, which must leave: they may outlive
// the session.
func (s *Session) run(ctx context.Context, inputs []Tensor, outputs func() ([]handle, error)) (values []handle, err error) {
	s.mutex.RLock()
	defer s.mutex.RUnlock()
	if s.closed {
		return nil, ErrClosed
	}
	var pinner runtime.Pinner
	defer pinner.Unpin()
	given, err := s.bind(&pinner, "input", s.inputs, inputs)
	defer s.releaseValues(given)
	if err != nil {
		return nil, err
	}
	values = make([]handle, len(s.outputs))
	if outputs != nil {
		values, err = outputs()
	}
	if err == nil {
		err = s.compute(ctx, given, values)
	}
	if err != nil {
		s.releaseValues(values)
		return nil, err
	}
	s.engine.users.Add(1) // while the session, which is one, cannot be closed
	return values, nil
}

// compute calls the library.
func (s *Session) compute(ctx context.Context, inputs, outputs []handle) error {
	options, done, err := s.interruptible(ctx)
	if err != nil {
		return err
	}
	err = s.call(runSession, uintptr(s.handle), uintptr(options),
		uintptr(first(s.inputNames)), uintptr(first(inputs)), uintptr(len(inputs)),
		uintptr(first(s.outputNames)), uintptr(len(outputs)), uintptr(first(outputs)))
	done()
	if err != nil && ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

// bind wraps each tensor for its port; the memory stays pinned.
func (s *Session) bind(p *runtime.Pinner, kind string, ports []Port, tensors []Tensor) ([]handle, error) {
	if len(tensors) != len(ports) {
		return nil, fmt.Errorf("engine: %d %ss given, the graph has %d", len(tensors), kind, len(ports))
	}
	values := make([]handle, len(tensors))
	for i, t := range tensors {
		m, known := memoryOf(p, t.Data)
		if err := t.check(ports[i], m, known); err != nil {
			return values, fmt.Errorf("%s %d: %w", kind, i, err)
		}
		var err error
		if values[i], err = s.engine.value(t.Shape, m); err != nil {
			return values, err
		}
	}
	return values, nil
}

// interruptible returns run options that end the run when ctx is done, nil when
// it never is, and what must be called once the run has ended.
func (s *Session) interruptible(ctx context.Context) (handle, func(), error) {
	if err := ctx.Err(); err != nil {
		return nil, nil, context.Cause(ctx)
	}
	if ctx.Done() == nil {
		return nil, func() {}, nil
	}
	var options handle
	if err := s.call(createRunOptions, uintptr(unsafe.Pointer(&options))); err != nil {
		return nil, nil, err
	}
	told := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(told)
		// A run that cannot be told to end just goes on to its end.
		_ = s.call(runOptionsSetTerminate, uintptr(options))
	})
	return options, func() {
		if !stop() {
			<-told
		}
		s.engine.api.release(releaseRunOptions, options)
	}, nil
}
