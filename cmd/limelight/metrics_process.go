package main

import (
	"os"
	"runtime"
	runtimemetrics "runtime/metrics"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// processMetrics are those of the process and of Go, by the names that Prometheus'
// own library gives them, so that dashboards know them.
func processMetrics() []metric {
	return []metric{
		{"process_start_time_seconds", "gauge", "When the node was started, in Unix seconds.", func(s *scrape) []sample { return one(float64(s.n.began.Unix())) }},
		{"process_cpu_seconds_total", "counter", "Processor time that was used.", func(*scrape) []sample { return cpuSeconds() }},
		{"process_resident_memory_bytes", "gauge", "Memory in use.", func(*scrape) []sample { return resident() }},
		{"process_open_fds", "gauge", "Open files and connections.", func(*scrape) []sample { return openFiles() }},
		{"go_info", "gauge", "The version of Go, as label.", func(*scrape) []sample {
			return []sample{{labels: []string{"version", runtime.Version()}, value: 1}}
		}},
		{"go_goroutines", "gauge", "Goroutines.", ofRuntime("/sched/goroutines:goroutines")},
		{"go_memstats_heap_alloc_bytes", "gauge", "Memory of objects on the heap.", ofRuntime("/memory/classes/heap/objects:bytes")},
		{"go_memstats_sys_bytes", "gauge", "Memory that Go has from the system.", ofRuntime("/memory/classes/total:bytes")},
		{"go_memstats_alloc_bytes_total", "counter", "Memory that was allocated, all together.", ofRuntime("/gc/heap/allocs:bytes")},
		{"go_gc_cycles_total_gc_cycles_total", "counter", "Garbage collections.", ofRuntime("/gc/cycles/total:gc-cycles")},
	}
}

func ofRuntime(name string) func(*scrape) []sample {
	return func(*scrape) []sample {
		read := []runtimemetrics.Sample{{Name: name}}
		runtimemetrics.Read(read)
		if read[0].Value.Kind() != runtimemetrics.KindUint64 {
			return nil
		}
		return one(float64(read[0].Value.Uint64()))
	}
}

func cpuSeconds() []sample {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return nil
	}
	return one((time.Duration(u.Utime.Nano()) + time.Duration(u.Stime.Nano())).Seconds())
}

// resident is what Linux says; other systems have no file for it.
func resident() []sample {
	text, err := os.ReadFile("/proc/self/statm")
	fields := strings.Fields(string(text))
	if err != nil || len(fields) < 2 {
		return nil
	}
	pages, err := strconv.ParseUint(fields[1], 10, 64)
	if err != nil {
		return nil
	}
	return one(float64(pages) * float64(os.Getpagesize()))
}

func openFiles() []sample {
	names, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return nil
	}
	return one(float64(len(names)))
}
