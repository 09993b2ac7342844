//go:build linux

package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// process is a child that runs until it is stopped.
type process struct {
	cmd   *exec.Cmd
	in    io.WriteCloser
	out   *bufio.Reader
	ended bool
}

// spawn starts a child. What it prints on standard error goes to ours when
// shown.
func spawn(cmd *exec.Cmd, shown bool) (*process, error) {
	p := &process{cmd: cmd}
	var err error
	if p.in, err = cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p.out = bufio.NewReaderSize(out, 1<<20)
	if shown {
		cmd.Stderr = os.Stderr
	}
	// A bench that is killed leaves nobody behind.
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	return p, cmd.Start()
}

// role starts this program as its own child, with its orders as JSON.
func role(ctx context.Context, name string, orders any) (*process, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	p, err := spawn(exec.CommandContext(ctx, self, name), true)
	if err != nil {
		return nil, err
	}
	if err := p.tell(orders); err != nil {
		return nil, errors.Join(err, p.stop())
	}
	return p, nil
}

// tell sends one line of JSON.
func (p *process) tell(v any) error { return json.NewEncoder(p.in).Encode(v) }

// hear reads one line of JSON.
func (p *process) hear(v any) error {
	line, err := p.out.ReadBytes('\n')
	if err != nil {
		return fmt.Errorf("%s ended early: %w", p.cmd.Path, err)
	}
	return json.Unmarshal(line, v)
}

// ask is tell and hear.
func (p *process) ask(question, answer any) error {
	if err := p.tell(question); err != nil {
		return err
	}
	return p.hear(answer)
}

// stop ends the child as an operator would and waits for it.
func (p *process) stop() error {
	if p.ended {
		return nil
	}
	p.ended = true
	p.in.Close()
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	kill := time.AfterFunc(30*time.Second, func() { _ = p.cmd.Process.Kill() })
	defer kill.Stop()
	go func() { _, _ = io.Copy(io.Discard, p.out) }()
	var exit *exec.ExitError
	if err := p.cmd.Wait(); err != nil && !errors.As(err, &exit) {
		return err
	}
	return nil
}

// clockTick is the unit of the processor times in /proc: 100 a second on every
// Linux that Go runs on.
const clockTick = 10 * time.Millisecond

// cpu is the processor time that the child has used so far.
func (p *process) cpu() (time.Duration, error) {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.cmd.Process.Pid))
	if err != nil {
		return 0, fmt.Errorf("processor time is read from Linux's /proc: %w", err)
	}
	// The second field is the name in parentheses, which may hold anything.
	_, rest, _ := strings.Cut(string(data), ") ")
	fields := strings.Fields(rest)
	if len(fields) < 13 {
		return 0, errors.New("/proc/PID/stat is not as expected")
	}
	user, err := strconv.ParseInt(fields[11], 10, 64)
	if err != nil {
		return 0, err
	}
	system, err := strconv.ParseInt(fields[12], 10, 64)
	return time.Duration(user+system) * clockTick, err
}

// memory is how much of it is resident now and was at most, in bytes.
func (p *process) memory() (now, most int64, err error) {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		return 0, 0, err
	}
	for line := range strings.Lines(string(data)) {
		var to *int64
		switch {
		case strings.HasPrefix(line, "VmRSS:"):
			to = &now
		case strings.HasPrefix(line, "VmHWM:"):
			to = &most
		default:
			continue
		}
		kb, err := strconv.ParseInt(strings.Fields(line)[1], 10, 64)
		if err != nil {
			return 0, 0, err
		}
		*to = kb << 10
	}
	return now, most, nil
}

// settled is the least memory that the process had within half a minute, in which
// nothing is asked of it.
func (p *process) settled(ctx context.Context) (int64, error) {
	least, _, err := p.memory()
	for range 30 {
		select {
		case <-ctx.Done():
			return least, ctx.Err()
		case <-time.After(time.Second):
		}
		now, _, err := p.memory()
		if err != nil {
			return least, err
		}
		least = min(least, now)
	}
	return least, err
}

// ownCPU is the processor time that this process has used.
func ownCPU() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
