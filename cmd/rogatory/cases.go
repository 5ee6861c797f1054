package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"

	"github.com/rogatory/rogatory/agencies"
)

// caseMembers are what decides a case. A case file of lawyers says more: what it
// is about, what it expects, why, who checked it. That is for people, and ignored.
var caseMembers = []string{"id", "regime", "facts", "now"}

// caseReader passes JSON Lines on with only the members that decide. A line that
// is no JSON object passes as it is, and is judged where the others are, under
// the same line number.
func caseReader(r io.Reader) *io.PipeReader {
	pr, pw := io.Pipe()
	go func() {
		in := bufio.NewReaderSize(r, 64<<10)
		for {
			line, err := readLine(in)
			if len(line) > 0 {
				if _, werr := pw.Write(append(strip(line), '\n')); werr != nil {
					return // the reader has gone
				}
			}
			if err != nil {
				pw.CloseWithError(err) // io.EOF ends the stream
				return
			}
		}
	}()
	return pr
}

// maxCaseLine is over what is allowed below, so that a line too long is refused
// there and not silently cut here.
const maxCaseLine = 2 << 20

// readLine reads one line with a bound; of a longer one the rest is dropped.
func readLine(in *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		part, err := in.ReadSlice('\n')
		if len(line) <= maxCaseLine {
			line = append(line, part...)
		}
		if err != bufio.ErrBufferFull {
			return line, err
		}
	}
}

func strip(line []byte) []byte {
	line = bytes.TrimRight(line, "\r\n")
	var all map[string]json.RawMessage
	if len(line) > maxCaseLine || agencies.DecodeStrict(line, &all) != nil {
		return line
	}
	kept := map[string]json.RawMessage{}
	for _, name := range caseMembers {
		if v, ok := all[name]; ok {
			kept[name] = v
		}
	}
	out, err := json.Marshal(kept)
	if err != nil {
		return line
	}
	return out
}
