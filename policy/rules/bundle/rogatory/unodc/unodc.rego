# METADATA
# title: UNODC/CTED/IAP model forms
package rogatory.unodc

findings := set()

settled := set()

required := set()
