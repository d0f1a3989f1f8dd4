# Input: each line that is typed goes to the dispatcher, until the input ends.
# Mobile Streams, figure 6 (D). Run it at any site, by as many people as like to:
#     talkstick shell input.tcl

set dispatcher [stream_open M]
while {1} {
    set input [gets]
    stream_append $dispatcher $input
}
