# METADATA
# title: UN Convention against Cybercrime (A/RES/79/243)
package rogatory.uncc

findings := set()

settled := set()

required := set()
