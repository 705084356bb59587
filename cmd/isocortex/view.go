package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/spf13/cobra"

	"github.com/isocortex/isocortex/report"
)

// view is the verb that serves the page of a result to this machine.
func (a *app) view() *cobra.Command {
	port := uint16(0)
	cmd := &cobra.Command{
		Use:   "view RESULT",
		Short: "Serve the page of a result to this machine's browser",
		Long: `The address is printed. An open page follows the folder: when a file in it
changes, the page is loaded again. Nothing outside this machine can reach it.
Ctrl-C ends it.`,
		Example:           "  isocortex view demo",
		Args:              operands(1, 1),
		ValidArgsFunction: folders,
		RunE: func(cmd *cobra.Command, args []string) error {
			if _, err := report.Read(args[0]); err != nil {
				return err
			}
			listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
			if err != nil {
				return fmt.Errorf("port %d of this machine: %w", port, err)
			}
			address := fmt.Sprintf("http://%s/", listener.Addr())
			if err := a.print(map[string]string{"address": address}, func(w io.Writer) { fmt.Fprintln(w, address) }); err != nil {
				return err
			}
			if !a.flags.quiet {
				fmt.Fprintln(a.stderr, "open the address above in a browser; end with Ctrl-C")
			}
			return serve(cmd.Context(), listener, report.Handler(args[0]))
		},
	}
	cmd.Flags().Uint16Var(&port, "port", 0, "`number` of the port on 127.0.0.1 (default: any free one)")
	return cmd
}

// serve answers requests until the context ends, which is how it should end.
func serve(ctx context.Context, listener net.Listener, handler http.Handler) error {
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	go func() {
		<-ctx.Done()
		ending, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_ = server.Shutdown(ending)
	}()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return context.Cause(ctx)
}
