// Command isocortex compares what deep networks compute with what brains
// measure.
//
// Each verb is one file here that turns flags into a step and shows what came
// of it; the work itself is in package step.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/isocortex/isocortex/result"
	"github.com/isocortex/isocortex/work"
)

// Exit codes. 'isocortex help exit-codes' explains them.
const (
	exitDone        = 0
	exitFailed      = 1
	exitUsage       = 2
	exitLeftOut     = 3
	exitInterrupted = 130
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// errInterrupted is the cause of a context that the user ended.
var errInterrupted = errors.New("interrupted")

// run carries out one command line and returns the exit code.
func run(args []string, stdout, stderr io.Writer) int {
	ctx, stop := untilInterrupted()
	defer stop()
	app := &app{args: args, stdout: stdout, stderr: stderr}
	err := protect(func() error { return app.command().ExecuteContext(ctx) })
	app.finish()
	if err != nil {
		app.complain(err)
	}
	return exitCode(err, app)
}

// untilInterrupted returns a context that the first interrupt ends; the second
// ends the program.
func untilInterrupted() (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(context.Background())
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		if _, open := <-signals; open {
			signal.Stop(signals)
			cancel(errInterrupted)
		}
	}()
	return ctx, func() {
		signal.Stop(signals)
		close(signals)
		cancel(nil)
	}
}

// exitCode decides what the shell is told.
func exitCode(err error, app *app) int {
	var usage usageError
	switch {
	case errors.Is(err, errInterrupted), errors.Is(err, context.Canceled):
		return exitInterrupted
	case errors.As(err, &usage):
		return exitUsage
	case err != nil:
		return exitFailed
	case app.leftOut():
		return exitLeftOut
	default:
		return exitDone
	}
}

// protect turns a panic of f into an error, so that it is told like any other.
func protect(f func() error) (err error) {
	defer func() {
		if value := recover(); value != nil {
			err = &work.PanicError{Value: value, Stack: string(debug.Stack())}
		}
	}()
	return f()
}

// command builds the tree of verbs.
func (a *app) command() *cobra.Command {
	root := &cobra.Command{
		Use:           "isocortex",
		SilenceErrors: true,
		SilenceUsage:  true,
		Version:       result.Version(version),
		Args:          cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return unknownVerb(cmd, args[0])
			}
			return cmd.Help()
		},
	}
	root.SetArgs(a.args)
	root.SetOut(a.stdout)
	root.SetErr(a.stderr)
	root.SetVersionTemplate("isocortex {{.Version}}\n")
	root.SetFlagErrorFunc(a.misread)
	a.flags.register(root.PersistentFlags())
	groups := a.groups()
	for _, g := range groups {
		root.AddCommand(g.verbs...)
	}
	root.AddCommand(exitCodes())
	groups = append(groups, a.about(root))
	root.SetHelpFunc(func(cmd *cobra.Command, _ []string) { fmt.Fprint(a.stdout, help(cmd, groups)) })
	strict(root)
	return root
}
