package evidence_test

import (
	"bytes"
	"fmt"
	"strings"

	"filippo.io/age"

	"github.com/rogatory/rogatory/evidence"
)

// A provider seals an exhibit to the authority; the authority opens it and holds
// every measure of the manifest against what it got.
func Example() {
	authority, _ := age.GenerateHybridIdentity()
	content := "subscriber record"

	var stored, opened bytes.Buffer
	sealed, err := evidence.Seal(&stored, strings.NewReader(content), []string{authority.Recipient().String()}, int64(len(content)))
	if err != nil {
		fmt.Println(err)
		return
	}
	err = evidence.Open(&opened, &stored, []age.Identity{authority}, sealed)
	fmt.Println(err, opened.String())

	sealed.Plain.Size++ // a manifest about something else
	fmt.Println(evidence.Open(&opened, bytes.NewReader(nil), []age.Identity{authority}, sealed) != nil)
	// Output:
	// <nil> subscriber record
	// true
}
