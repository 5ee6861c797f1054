//go:build !linux

package embedded

import "errors"

func syncInherited(string) error { return errors.ErrUnsupported }
