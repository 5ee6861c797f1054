# METADATA
# title: Safeguards that apply to every instrument
package rogatory.cross

findings := set()

settled := set()

required := set()
