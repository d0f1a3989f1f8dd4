# A display: whatever is appended to it stands on the console of its site.
# Mobile Streams, figure 6 (C). Run it once at every site, before the dispatcher:
#     talkstick shell display.tcl

set my_id [my_id]
set mydisplay [stream_create S$my_id]
register_agent $mydisplay "" {
    on_stream_append {
        puts stdout $argv
    }
}
set mydisplay
