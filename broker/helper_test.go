package broker_test

import (
	"errors"

	"github.com/rogatory/rogatory/broker"
)

func isTransition(err error) bool { return errors.Is(err, broker.ErrTransition) }

// reasonsOf shows why policy denied.
func reasonsOf(err error) any {
	if d, is := errors.AsType[*denial](err); is {
		return d.d.Reasons
	}
	return err
}
