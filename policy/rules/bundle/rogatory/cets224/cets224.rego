# METADATA
# title: Second Additional Protocol to the Budapest Convention (CETS 224)
package rogatory.cets224

findings := set()

settled := set()

required := set()
