# The dispatcher: gives all messages one order, and moves to whoever talks most.
# Mobile Streams, figure 6 (B). Run it once, at any site, with the names of the displays:
#     talkstick shell dispatcher.tcl S1 S2 S3

stream_create M
set consumers $argv
register_agent M $consumers {
    set consumers $argv
    set interval 50

    # Who has sent most messages; the figure leaves this out.
    proc find_max {name} {
        upvar $name table
        set best ""
        foreach who [lsort [array names table]] {
            if {$best eq "" || $table($who) > $table($best)} {
                set best $who
            }
        }
        return $best
    }

    proc forget {} {
        global counter count
        array unset counter
        set count 0
    }

    foreach consumer $consumers {
        stream_open $consumer
    }
    forget

    on_stream_append {
        incr count
        incr counter([stream_sender_name])
        foreach consumer $consumers {
            stream_append $consumer $argv
        }
        if {$count >= $interval} {
            set newloc [stream_location [find_max counter]]
            if {$newloc == [stream_location]} {
                forget
            } else {
                stream_relocate $newloc
            }
        }
    }
    on_stream_relocation {
        forget
        puts "the dispatcher is at [stream_location]"
    }
    on_stream_failure {
        forget
        puts "the dispatcher is at [stream_location]: its site failed"
    }
}
