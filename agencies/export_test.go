package agencies

// Hooks for tests.
var (
	Guard            = guard
	CheckEd25519     = checkEd25519
	SmallOrder       = smallOrder
	DisclosureDigest = disclosureDigest
	AccountOfSeed    = accountOfSeed
	MustBeCanonical  = mustBeCanonical
	SealTo           = sealTo
)

// Split is the keyless part of Verify.
func (c Compact) Split() error { _, err := c.split(); return err }
