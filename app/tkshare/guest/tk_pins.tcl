# What a program of Tcl/Tk must not take from its own machine, and gets from the order instead.
#
# One proc per pin, run once in each interpreter that has Tk: `::talkstick::pin NAME`. A pinned
# command is a proc of the same name; Tk's own stays reachable as `::talkstick::real::NAME`. The
# host, in Python, sets the variables of this namespace and offers `::talkstick::host WORD ARG...`.
# Nothing here looks at a clock, the desktop's pointer or another program by itself.

namespace eval ::talkstick {
    namespace eval real {}
    # ms on the order's clock since the share's start; Unix ms of that start.
    variable now 0
    variable start 0
    # Above 0: ordered events stay in the host's inbox.
    variable busy 0
    # The serial of events that the program or the host makes.
    variable serial 0
    # Whose copy this is, and who did what is replayed now ("" for timers).
    variable here ""
    variable person ""
    # Every command that is pinned, for the host's own calls.
    variable command
    array set command {}
    # Timers: id -> {due script number}; the number of the last one.
    variable timers
    array set timers {}
    variable timerCount 0
    # The logical pointer on the screen, and the window under it as its doer saw it.
    variable pointerX 0
    variable pointerY 0
    variable under ""
    # The logical grab.
    variable grabbed ""
    # Answers of the order that a proc waits for.
    variable fileAnswer {}
    variable textAnswer {}
    # What the program itself put on the clipboard.
    variable clipboard {}
    # Sizes that the program asked for: window -> WxH.
    variable asked
    array set asked {}
    # Pipes that a program reads: channel -> 1 while ordered events wait for it.
    variable pipes
    array set pipes {}
    # The screen that programs see: window sizes often follow from it.
    variable screenWidth 1920
    variable screenHeight 1080
    variable pipeWaitMs 2000
    variable textCharacters 8000
}

proc ::talkstick::take {name} {
    variable command
    rename ::$name ::talkstick::real::$name
    set command($name) ::talkstick::real::$name
}

# The command as Tk made it, pinned or not.
proc ::talkstick::call {name args} {
    variable command
    if {[info exists command($name)]} { set name $command($name) } else { set name ::$name }
    uplevel 1 [list $name {*}$args]
}

# --- one stream of events ---------------------------------------------------------------------

# Events that the program makes itself pass by the host's capture.
proc ::talkstick::pin_event {} {
    take event
    proc ::event {args} {
        if {[lindex $args 0] eq "generate" && "-serial" ni $args} {
            lappend args -serial $::talkstick::serial
        }
        uplevel 1 [list ::talkstick::real::event {*}$args]
    }
}

# A grab is only remembered: the replay chooses targets by it, the desktop is never grabbed.
proc ::talkstick::pin_grab {} {
    take grab
    proc ::grab {args} {
        variable ::talkstick::grabbed
        set word [lindex $args 0]
        if {$grabbed ne "" && ![winfo exists $grabbed]} { ::talkstick::grab_is "" }
        switch -- $word {
            current { return $grabbed }
            status {
                if {$grabbed ne "" && [lindex $args 1] eq $grabbed} { return local }
                return none
            }
            release {
                if {[lindex $args 1] eq $grabbed} { ::talkstick::grab_is "" }
                return
            }
            set { set args [lrange $args 1 end] }
        }
        if {[lindex $args 0] eq "-global"} { set args [lrange $args 1 end] }
        set window [lindex $args 0]
        if {[llength $args] != 1 || ![winfo exists $window]} {
            return -code error "bad window path name \"$window\""
        }
        ::talkstick::grab_is $window
    }
}

proc ::talkstick::grab_is {window} {
    variable grabbed $window
    host grab $window
    return
}

# No window takes the desktop's keyboard from what a person is doing elsewhere.
proc ::talkstick::pin_focus {} {
    take focus
    proc ::focus {args} {
        if {[lindex $args 0] eq "-force"} { set args [lrange $args 1 end] }
        uplevel 1 [list ::talkstick::real::focus {*}$args]
    }
}

proc ::talkstick::pin_winfo {} {
    take winfo
    proc ::winfo {args} {
        set word [lindex $args 0]
        switch -- $word {
            pointerx { return $::talkstick::pointerX }
            pointery { return $::talkstick::pointerY }
            pointerxy { return [list $::talkstick::pointerX $::talkstick::pointerY] }
            screenwidth - vrootwidth { return $::talkstick::screenWidth }
            screenheight - vrootheight { return $::talkstick::screenHeight }
            vrootx - vrooty { return 0 }
            containing {
                lassign [lrange $args end-1 end] x y
                if {$x == $::talkstick::pointerX && $y == $::talkstick::pointerY} {
                    return $::talkstick::under
                }
            }
        }
        tailcall ::talkstick::real::winfo {*}$args
    }
}

# Ordered events wait while the program empties Tk's queue itself: else they would run at another
# place of its code in each copy.
proc ::talkstick::pin_update {} {
    take update
    proc ::update {args} {
        if {[llength $args]} { tailcall ::talkstick::real::update {*}$args }
        ::talkstick::held ::talkstick::real::update
    }
    take tkwait
    proc ::tkwait {args} {
        if {[lindex $args 0] ne "visibility"} { tailcall ::talkstick::real::tkwait {*}$args }
        ::talkstick::held ::talkstick::real::tkwait {*}$args
    }
}

proc ::talkstick::held {args} {
    variable busy
    incr busy
    try { uplevel 2 $args } finally {
        incr busy -1
        host free
    }
}

# A pipe ends at another moment in each copy: what it brings comes before the next ordered event.
proc ::talkstick::pin_fileevent {} {
    take fileevent
    take close
    proc ::fileevent {args} {
        lassign $args channel event script
        if {$event eq "readable" && $script ne ""} { ::talkstick::pipe_opens $channel }
        uplevel 1 [list ::talkstick::real::fileevent {*}$args]
    }
    proc ::close {args} {
        ::talkstick::pipe_ends [lindex $args 0]
        uplevel 1 [list ::talkstick::real::close {*}$args]
    }
}

proc ::talkstick::pipe_opens {channel} {
    variable pipes
    variable busy
    variable pipeWaitMs
    if {[info exists pipes($channel)] || ![llength [pid $channel]]} { return }
    set pipes($channel) 1
    incr busy
    call after $pipeWaitMs [list ::talkstick::pipe_ends $channel]
}

proc ::talkstick::pipe_ends {channel} {
    variable pipes
    variable busy
    if {![info exists pipes($channel)]} { return }
    unset pipes($channel)
    incr busy -1
    host free
}

# --- time -----------------------------------------------------------------------------------------

proc ::talkstick::pin_clock {} {
    take clock
    proc ::clock {args} {
        set ms [expr {$::talkstick::start + $::talkstick::now}]
        switch -- [lindex $args 0] {
            milliseconds { return $ms }
            seconds { return [expr {$ms / 1000}] }
            microseconds { return [expr {$ms * 1000}] }
            clicks {
                switch -- [lindex $args 1] {
                    -milliseconds { return $::talkstick::now }
                    default { return [expr {$::talkstick::now * 1000}] }
                }
            }
        }
        tailcall ::talkstick::real::clock {*}$args
    }
    # The words of the ensemble, which Tcl's compiler may call by themselves.
    proc ::tcl::clock::milliseconds {} { expr {$::talkstick::start + $::talkstick::now} }
    proc ::tcl::clock::seconds {} { expr {($::talkstick::start + $::talkstick::now) / 1000} }
    proc ::tcl::clock::microseconds {} { expr {($::talkstick::start + $::talkstick::now) * 1000} }
}

proc ::talkstick::pin_after {} {
    take after
    proc ::after {args} {
        variable ::talkstick::timers
        set word [lindex $args 0]
        set rest [lrange $args 1 end]
        if {[string is entier -strict $word] && [llength $rest]} {
            set number [incr ::talkstick::timerCount]
            set due [expr {$::talkstick::now + max($word, 1)}]
            set timers(after#v$number) [list $due [concat {*}$rest] $number]
            ::talkstick::host timer
            return after#v$number
        }
        switch -- $word {
            cancel {
                set id [::talkstick::timer_of $rest]
                if {$id ne ""} {
                    unset timers($id)
                    return
                }
            }
            info {
                if {![llength $rest]} {
                    set ids [lsort -dictionary -decreasing [array names timers]]
                    return [concat $ids [::talkstick::real::after info]]
                }
                set id [lindex $rest 0]
                if {[info exists timers($id)]} { return [list [lindex $timers($id) 1] timer] }
            }
        }
        tailcall ::talkstick::real::after {*}$args
    }
}

# The timer that `after cancel` means: by its id, or the oldest with that script.
proc ::talkstick::timer_of {words} {
    variable timers
    if {[llength $words] == 1 && [info exists timers([lindex $words 0])]} {
        return [lindex $words 0]
    }
    set script [concat {*}$words]
    foreach id [lsort -dictionary [array names timers]] {
        if {[lindex $timers($id) 1] eq $script} { return $id }
    }
    return ""
}

# {due number id} of the timer that is due first, or nothing.
proc ::talkstick::due {} {
    variable timers
    set first {}
    foreach {id timer} [array get timers] {
        lassign $timer due script number
        if {$first eq "" || $due < [lindex $first 0]
                || ($due == [lindex $first 0] && $number < [lindex $first 1])} {
            set first [list $due $number $id]
        }
    }
    return $first
}

proc ::talkstick::fire {id} {
    variable timers
    if {![info exists timers($id)]} { return }
    set script [lindex $timers($id) 1]
    unset timers($id)
    if {[catch {uplevel #0 $script} message options]} {
        catch {{*}[interp bgerror {}] $message $options}
    }
    call update idletasks
}

# --- what a machine has of its own ----------------------------------------------------------------

proc ::talkstick::pin_random {seed} { expr {srand($seed)} }

proc ::talkstick::pin_scaling {} { tk scaling 1.3333 }

# Two copies on one display are called `name` and `name #2`, and so are their titles.
proc ::talkstick::pin_appname {} {
    variable ownName
    set real [tk appname]
    set ownName [regsub { #\d+$} $real {}]
    if {[wm title .] eq $real} { wm title . $ownName }
    proc ::talkstick::appname {args} {
        if {[llength $args]} { set ::talkstick::ownName [lindex $args end] }
        return $::talkstick::ownName
    }
    namespace ensemble configure ::tk -map \
        [dict replace [namespace ensemble configure ::tk -map] appname ::talkstick::appname]
    if {[llength [info commands ::send]]} {
        proc ::send {args} { return -code error "send: not in a shared program" }
    }
}

# Sizes that the program asks for are no person's resizing.
proc ::talkstick::pin_wm {} {
    take wm
    proc ::wm {args} {
        lassign $args word window geometry
        if {$word eq "geometry" && [llength $args] == 3} {
            if {[regexp {^=?(\d+x\d+)} $geometry -> size]} {
                set ::talkstick::asked($window) $size
            } elseif {$geometry eq ""} {
                unset -nocomplain ::talkstick::asked($window)
            }
        }
        tailcall ::talkstick::real::wm {*}$args
    }
}

# An interpreter below this one can't bring up windows that nobody captures.
proc ::talkstick::pin_interp {} {
    take interp
    proc ::interp {args} {
        set result [uplevel 1 [list ::talkstick::real::interp {*}$args]]
        if {[lindex $args 0] eq "create"} {
            ::talkstick::real::interp eval $result {
                proc load {args} { return -code error "load: not in a shared program" }
            }
        }
        return $result
    }
}

# --- files and the clipboard: the answer comes through the order ----------------------------------

proc ::talkstick::pin_files {} {
    foreach {name how} {
        tk_getOpenFile open tk_getSaveFile save tk_chooseDirectory folder
    } {
        proc ::$name {args} [string map [list HOW $how] {
            ::talkstick::ask_file HOW $args
        }]
    }
}

proc ::talkstick::ask_file {how options} {
    variable fileAnswer {}
    set title ""
    set filter ""
    set several 0
    foreach {option value} $options {
        switch -- $option {
            -title { set title $value }
            -filetypes { set filter $value }
            -multiple { set several [string is true -strict $value] }
            -typevariable { set chosen $value }
        }
    }
    if {![host file $how $title $filter]} { return "" }
    wait fileAnswer
    lassign $fileAnswer paths filter
    if {[info exists chosen] && [llength $paths]} { uplevel #0 [list set $chosen $filter] }
    if {$several} { return $paths }
    return [lindex $paths 0]
}

# Wait for an ordered answer, wherever the program stands: also inside a held `update`.
proc ::talkstick::wait {name} {
    variable busy
    set outer $busy
    set busy 0
    host free
    vwait ::talkstick::$name
    set busy [expr {$busy + $outer}]
}

proc ::talkstick::pin_clipboard {} {
    take clipboard
    proc ::clipboard {args} {
        switch -- [lindex $args 0] {
            get { return [::talkstick::ask_text CLIPBOARD ::talkstick::own_clipboard] }
            clear { set ::talkstick::clipboard {} }
            append { append ::talkstick::clipboard [lindex $args end] }
        }
        if {$::talkstick::person eq $::talkstick::here} {
            uplevel 1 [list ::talkstick::real::clipboard {*}$args]
        }
        return
    }
    take selection
    proc ::selection {args} {
        if {[lindex $args 0] eq "get"} {
            set options [lrange $args 1 end]
            if {[llength $options] % 2} { set options [linsert $options end-1 -type] }
            set mode PRIMARY
            set type STRING
            if {[dict exists $options -selection]} { set mode [dict get $options -selection] }
            if {[dict exists $options -type]} { set type [dict get $options -type] }
            if {$type in {STRING UTF8_STRING TEXT COMPOUND_TEXT}} {
                switch -- $mode {
                    CLIPBOARD { return [::talkstick::ask_text $mode ::talkstick::own_clipboard] }
                    PRIMARY { return [::talkstick::ask_text $mode ::talkstick::own_primary] }
                }
            }
        }
        tailcall ::talkstick::real::selection {*}$args
    }
}

proc ::talkstick::own_clipboard {} { return $::talkstick::clipboard }

# What the program itself has selected; its widgets lose a selection by the program alone.
proc ::talkstick::own_primary {} {
    if {[::talkstick::real::selection own] eq ""} { return "" }
    if {[catch {::talkstick::real::selection get -type UTF8_STRING} text]} { return "" }
    return $text
}

# The text on the clipboard of whoever acts now, agreed by all copies.
proc ::talkstick::ask_text {mode own} {
    variable textAnswer {}
    variable textCharacters
    set text [$own]
    if {[string length $text] <= $textCharacters && [host text $mode $text]} {
        if {$textAnswer eq ""} { wait textAnswer }
        lassign $textAnswer answered given
        if {$answered} { set text $given }
    }
    if {$text eq ""} {
        return -code error "$mode selection doesn't exist or form \"STRING\" not defined"
    }
    return $text
}

# --- for the host ---------------------------------------------------------------------------------

proc ::talkstick::close_window {window} {
    set script [wm protocol $window WM_DELETE_WINDOW]
    if {$script ne ""} { uplevel #0 $script } else { destroy $window }
}

# Toplevels are remembered when they are made: looking for them would walk the whole tree.
proc ::talkstick::watch_toplevels {} {
    variable tops .
    trace add execution ::toplevel leave ::talkstick::toplevel_made
}

proc ::talkstick::toplevel_made {words code result operation} {
    if {$code == 0} { lappend ::talkstick::tops $result }
}

# Path and state of each toplevel, oldest first.
proc ::talkstick::toplevels {} {
    variable tops
    set found {}
    set living {}
    foreach window $tops {
        if {![call winfo exists $window]} { continue }
        lappend living $window
        lappend found $window [call wm state $window]
    }
    set tops $living
    return $found
}

# The first toplevel that is about to be on the screen and is not yet.
proc ::talkstick::unmapped {} {
    foreach {window state} [toplevels] {
        if {$state eq "normal" && ![call winfo ismapped $window]} { return $window }
    }
    return ""
}

# Width and height that the program wants for a toplevel.
proc ::talkstick::asked_size {window} {
    variable asked
    if {[info exists asked($window)]} { return [split $asked($window) x] }
    list [call winfo reqwidth $window] [call winfo reqheight $window]
}
