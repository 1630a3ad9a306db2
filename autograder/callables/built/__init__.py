"""What a build proves of a declared assignment and writes into its release.

Reading order: slopes (declared ones held against central differences), standstill (results that never change), finite
(draws that keep numbers finite), negligible (numbers too small to show where they stand), invariants (what holds of
every right answer), facts (what students are told openly), trial (trusted code graded in this process), made_up (wrong
solutions to look at), gaps (changes of the solution that no question tells).
"""
