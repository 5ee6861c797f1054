# METADATA
# title: European Investigation Order, Dir. 2014/41/EU
package rogatory.eio

findings := set()

settled := set()

required := set()
