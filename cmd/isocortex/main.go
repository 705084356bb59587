// Command isocortex compares what deep networks compute with what brains
// measure.
//
// Each verb is one file here that turns flags into a step and shows what came
// of it; the work itself is in package step.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/isocortex/isocortex/result"
	"github.com/isocortex/isocortex/study"
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

// A usageError is a command line that says nothing the program understands.
type usageError struct{ error }

// Unwrap returns what was wrong.
func (e usageError) Unwrap() error { return e.error }

// run carries out one command line and returns the exit code.
func run(args []string, stdout, stderr io.Writer) int {
	ctx, stop := untilInterrupted()
	defer stop()
	app := &app{stdout: stdout, stderr: stderr}
	root := app.command()
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
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

// complain prints an error and, where there is one, what to try.
func (a *app) complain(err error) {
	if a.flags.json {
		_ = json.NewEncoder(a.stderr).Encode(map[string]string{"error": err.Error(), "hint": hint(err)})
		return
	}
	var complaints study.Errors
	if errors.As(err, &complaints) {
		fmt.Fprintln(a.stderr, strings.TrimRight(complaints.Error(), "\n"))
		return
	}
	var panicked *work.PanicError
	if errors.As(err, &panicked) {
		fmt.Fprintf(a.stderr, "%s\n", panicked.Stack)
	}
	fmt.Fprintf(a.stderr, "isocortex: error: %v\n", err)
	if text := hint(err); text != "" {
		fmt.Fprintf(a.stderr, "isocortex: hint: %s\n", text)
	}
}

// command builds the tree of verbs.
func (a *app) command() *cobra.Command {
	root := &cobra.Command{
		Use:           "isocortex VERB [flags] FILE...",
		Short:         "Compare what deep networks compute with what brains measure",
		Long:          longHelp,
		SilenceErrors: true,
		SilenceUsage:  true,
		Version:       result.Version(version),
		Args:          cobra.NoArgs,
	}
	root.SetVersionTemplate("isocortex {{.Version}}\n")
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	a.flags.register(root.PersistentFlags())
	root.AddCommand(
		a.demo(), a.run(), a.check(), a.info(), a.activations(), a.rdm(), a.compare(), a.rsa(), a.report(), a.view(),
		a.licenses(), exitCodes(),
	)
	for _, verb := range root.Commands() {
		if check := verb.Args; check != nil {
			verb.Args = func(cmd *cobra.Command, args []string) error {
				if err := check(cmd, args); err != nil {
					return usageError{fmt.Errorf("%w\nusage: %s", err, cmd.UseLine())}
				}
				return nil
			}
		}
	}
	return root
}

const longHelp = `isocortex compares what deep networks compute with what brains measure.

Start with 'isocortex demo': a whole study with known truth, from pictures to
a report, in under a minute. A study of your own is one file:

  isocortex check study.yaml    what it will do, with every default filled in
  isocortex run study.yaml      do it
  isocortex view RESULT         look at it

The other verbs are the steps of a study one by one. Results go to -o or to
standard output, progress and warnings to standard error.`

// exitCodes is the help topic on exit codes.
func exitCodes() *cobra.Command {
	return &cobra.Command{
		Use:   "exit-codes",
		Short: "What the exit code of a command means (help topic)",
		Long: `The exit code of every command:

    0  done
    1  failed; the error says what was wrong, where, and what to try
    2  the command line was not understood
    3  done, but something that was named was left out; a warning says what
  130  interrupted`,
	}
}
