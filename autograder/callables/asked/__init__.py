"""What an assignment's callables are asked, and what is right.

Reading order: question, steps (arguments drawn), sloped (the number whose slope is declared), far_out (huge numbers,
many samples and rounds), sequences (of calls), situations (where students go wrong), unsettled (decompositions that may
be answered otherwise), expected (answers and tolerances), neighbours (what others would answer there), standing
(stand-ins, what is handed on), fits (slopes by differences), ladders (what tells a derivative from a difference), exam
(all of them).
"""
