package main

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"limelight/blog"
)

// setting is one field of Config with what its tags say.
type setting struct {
	section, name string
	def, doc      string
	oneof         []string
	value         reflect.Value
}

// key is the setting's full name: "server.listen".
func (s setting) key() string { return s.section + "." + s.name }

// envName is the variable that overrides it: "LIMELIGHT_SERVER_LISTEN".
func (s setting) envName() string {
	return "LIMELIGHT_" + strings.ToUpper(s.section+"_"+s.name)
}

// settings walks c in the order of declaration.
func settings(c *Config) []setting {
	var all []setting
	root := reflect.ValueOf(c).Elem()
	for i := range root.NumField() {
		section := root.Type().Field(i).Tag.Get("toml")
		if section == "" {
			continue
		}
		part := root.Field(i)
		for j := range part.NumField() {
			tag := part.Type().Field(j).Tag
			s := setting{section: section, name: tag.Get("toml"), def: tag.Get("default"), doc: tag.Get("doc"), value: part.Field(j)}
			if one := tag.Get("oneof"); one != "" {
				s.oneof = strings.Split(one, ",")
			}
			all = append(all, s)
		}
	}
	return all
}

// set gives the setting a value written as text, as defaults and the
// environment do; lists are split at commas.
func (s setting) set(text string) error {
	switch v := s.value.Addr().Interface().(type) {
	case *string:
		*v = text
	case *bool:
		b, err := strconv.ParseBool(text)
		if err != nil {
			return fmt.Errorf("%q is neither true nor false", text)
		}
		*v = b
	case *int:
		n, err := strconv.Atoi(text)
		if err != nil {
			return fmt.Errorf("%q is no whole number", text)
		}
		*v = n
	case *[]string:
		*v = splitList(text)
	case *[]blog.Field:
		*v = nil
		for _, pair := range splitList(text) {
			name, value, ok := strings.Cut(pair, "=")
			if !ok {
				return fmt.Errorf("%q should look like Name=value", pair)
			}
			*v = append(*v, blog.Field{Name: strings.TrimSpace(name), Value: strings.TrimSpace(value)})
		}
	default:
		panic("settings: no text form for " + s.key())
	}
	return nil
}

func splitList(text string) []string {
	var list []string
	for part := range strings.SplitSeq(text, ",") {
		if part = strings.TrimSpace(part); part != "" {
			list = append(list, part)
		}
	}
	return list
}

// defaults is the configuration when nobody says anything.
func defaults() *Config {
	c := &Config{}
	for _, s := range settings(c) {
		if err := s.set(s.def); err != nil {
			panic("settings: default of " + s.key() + ": " + err.Error())
		}
	}
	return c
}
