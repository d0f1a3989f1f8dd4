#!/usr/bin/env wish
# A drawing canvas: pen, lines, boxes and ovals in colours, moving of what is drawn, undo.

package require Tk
wm title . "Drawing"

set tool pen
set colour black
set width 2
set current ""
set undo {}
set moved 0

frame .tools
foreach {name text} {pen Pen line Line box Box oval Oval move Move} {
    radiobutton .tools.$name -text $text -value $name -variable tool -indicatoron 0 -padx 6
    pack .tools.$name -side left
}
button .tools.undo -text Undo -command undo
button .tools.clear -text Clear -command clear
scale .tools.width -from 1 -to 12 -orient horizontal -variable width -showvalue 0 -length 70
tk_optionMenu .tools.colour colour black firebrick seagreen steelblue orange
pack .tools.undo .tools.clear .tools.width .tools.colour -side left -padx 3
canvas .sheet -width 640 -height 420 -background white -scrollregion {0 0 1200 900} \
    -yscrollcommand {.down set} -xscrollcommand {.across set}
scrollbar .down -command {.sheet yview}
scrollbar .across -orient horizontal -command {.sheet xview}
label .news -anchor w
grid .tools - -sticky ew
grid .sheet .down -sticky nsew
grid .across -sticky ew
grid .news - -sticky ew
grid rowconfigure . 1 -weight 1
grid columnconfigure . 0 -weight 1

menu .more -tearoff 0
.more add command -label "Raise" -command { .sheet raise chosen }
.more add command -label "Lower" -command { .sheet lower chosen }
.more add command -label "Colour it" -command { recolour chosen }
.more add separator
.more add command -label "Delete" -command { .sheet delete chosen }

proc place {x y} { list [.sheet canvasx $x] [.sheet canvasy $y] }

proc begin {x y} {
    global tool colour width current undo lastX lastY
    lassign [place $x $y] x y
    set lastX $x
    set lastY $y
    set style [list -width $width -tags drawn]
    switch $tool {
        pen - line { set current [.sheet create line $x $y $x $y -fill $colour {*}$style] }
        box { set current [.sheet create rectangle $x $y $x $y -outline $colour {*}$style] }
        oval { set current [.sheet create oval $x $y $x $y -outline $colour {*}$style] }
        move { set current "" }
    }
    if {$current ne ""} { lappend undo $current }
}

proc go {x y} {
    global tool current lastX lastY moved
    lassign [place $x $y] x y
    if {$tool eq "move"} {
        .sheet move chosen [expr {$x - $lastX}] [expr {$y - $lastY}]
        set lastX $x
        set lastY $y
        incr moved
    } elseif {$current ne ""} {
        set coords [.sheet coords $current]
        if {$tool eq "pen"} {
            .sheet coords $current {*}$coords $x $y
        } else {
            .sheet coords $current {*}[lrange $coords 0 1] $x $y
        }
    }
}

proc stop {} {
    global current
    set current ""
    news
}

proc undo {} {
    global undo
    .sheet delete [lindex $undo end]
    set undo [lrange $undo 0 end-1]
    news
}

proc clear {} {
    global undo
    .sheet delete drawn
    set undo {}
    news
}

proc recolour {what} {
    global colour
    foreach item [.sheet find withtag $what] {
        if {[.sheet type $item] eq "line"} {
            .sheet itemconfigure $item -fill $colour
        } else {
            .sheet itemconfigure $item -outline $colour
        }
    }
}

proc news {} {
    .news configure -text "[llength [.sheet find withtag drawn]] things, moved $::moved"
}

proc choose {} {
    .sheet dtag chosen
    .sheet addtag chosen withtag current
}

bind .sheet <Button-1> { begin %x %y }
bind .sheet <B1-Motion> { go %x %y }
bind .sheet <ButtonRelease-1> { stop }
bind .sheet <Button-3> { choose; tk_popup .more %X %Y }
bind .sheet <Button-4> { .sheet yview scroll -1 units }
bind .sheet <Button-5> { .sheet yview scroll 1 units }
.sheet bind drawn <Enter> { choose; .sheet itemconfigure current -dash {4 2} }
.sheet bind drawn <Leave> { .sheet itemconfigure drawn -dash {} }
bind . <Control-z> { undo }
bind . <Control-q> { exit }
news
