# METADATA
# title: Budapest Convention (CETS 185)
package rogatory.budapest

findings := set()

settled := set()

required := set()
