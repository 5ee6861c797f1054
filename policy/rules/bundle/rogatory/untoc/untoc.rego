# METADATA
# title: UN Convention against Transnational Organized Crime
package rogatory.untoc

findings := set()

settled := set()

required := set()
