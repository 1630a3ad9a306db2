"""What an assignment's callables are asked, and what is right.

Reading order: columns (in which recorded calls travel), question, steps (arguments drawn), leaves (the arrays in
them), drafted (what makes a question), records (what is recorded round by round), sloped (the number whose slope is
declared), exponents (exponentials watched, or cut off), situations/ (where students go wrong), unsettled
(decompositions that may be answered otherwise), ties (of equals the last taken for the first), expected (answers and
tolerances), fitting (whether it can be asked so), neighbours (what others would answer there), shared_arrays (what
stands in many rows), standing, decoys and repeated (stand-ins, rows of other runs beside them, what is handed on),
copies (of what objects are made with), fits (slopes by differences), rungs (numbers that grow), roughness (of answers
to them) and ladders (what tells a derivative from a difference), stored (all of it as bytes), exam (all of them).
"""
