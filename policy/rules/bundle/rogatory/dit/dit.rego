# METADATA
# title: Decentralised IT system, Reg. (EU) 2023/1543 Art. 19 and Impl. Reg. (EU) 2025/1550
package rogatory.dit

findings := set()

settled := set()

required := set()
