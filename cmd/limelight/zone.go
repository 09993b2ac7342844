package main

import "time"

// minute is how people are shown times.
const minute = "2006-01-02 15:04"

// day is a time in tables, whose heading tells the zone.
func (o *opened) day(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.In(o.zone).Format(minute)
}

// zoned is the heading of the first column of times in a table.
func (o *opened) zoned(heading string) string { return heading + " (" + o.zone.String() + ")" }

// moment is a time in a sentence.
func (o *opened) moment(t time.Time) string { return momentIn(o.zone, t) }

func momentIn(zone *time.Location, t time.Time) string {
	return t.In(zone).Format(minute) + " " + zone.String()
}

// inUTC is a time where no blog tells its zone: of an archive, wherever it is read.
func inUTC(t time.Time) string { return momentIn(time.UTC, t) }
