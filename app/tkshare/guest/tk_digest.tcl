# What one sees of the program, as text: equal at the same place in the order where copies are equal.
#
# `::talkstick::picture` gives {toplevel line toplevel line ...}, one line for each widget. Left out is
# what belongs to one machine: places on the screen, stacking, the cursor's blinking, names of
# commands (they hold addresses), numbers of timers, and what Tk works out in the background.

namespace eval ::talkstick::see {}

proc ::talkstick::picture {} {
    variable lines {}
    see::widget . .
    return $lines
}

proc ::talkstick::see::tk {args} { uplevel 1 [list ::talkstick::call {*}$args] }

proc ::talkstick::see::widget {window top} {
    upvar #0 ::talkstick::lines lines
    set class [tk winfo class $window]
    set own [expr {[tk winfo toplevel $window] eq $window}]
    if {$own && $class ne "Menu"} {
        set top $window
        set place [list [tk winfo width $window] [tk winfo height $window] [tk wm title $window]]
    } elseif {$own} {
        set place [list [tk winfo width $window] [tk winfo height $window]]
    } else {
        set place [list [tk winfo x $window] [tk winfo y $window] \
            [tk winfo width $window] [tk winfo height $window]]
    }
    set seen {}
    if {[llength [info commands ::talkstick::see::of_$class]]} {
        if {[catch {of_$class $window} seen]} { set seen "?" }
    }
    lappend lines $top [list $window $class [tk winfo ismapped $window] $place $seen [look $window]]
    foreach child [tk winfo children $window] { widget $child $top }
}

# Options that every widget may have, and a ttk widget's state.
proc ::talkstick::see::look {window} {
    set found {}
    foreach option {-text -state -relief -background -foreground -image} {
        if {![catch {$window cget $option} value]} { lappend found $value }
    }
    if {![catch {$window state} states]} {
        lappend found [lsearch -all -inline -not -exact $states background]
    }
    return $found
}

proc ::talkstick::see::variables {window options} {
    set found {}
    foreach option $options {
        if {[catch {$window cget $option} name] || $name eq ""} { continue }
        if {[uplevel #0 [list info exists $name]] && ![uplevel #0 [list array exists $name]]} {
            lappend found [uplevel #0 [list set $name]]
        }
    }
    return $found
}

proc ::talkstick::see::of_Text {window} {
    set found [list [$window get 1.0 end]]
    foreach tag [lsort [$window tag names]] {
        set ranges [$window tag ranges $tag]
        if {[llength $ranges]} { lappend found $tag $ranges }
    }
    foreach kind {window image} {
        foreach each [lsort [$window $kind names]] { lappend found $each [$window index $each] }
    }
    lappend found [$window index insert] [$window index @0,0]
}

proc ::talkstick::see::of_Canvas {window} {
    set found {}
    foreach item [$window find all] {
        set options {}
        foreach option {
            -fill -outline -width -text -image -state -tags -window -font -dash -arrow
        } {
            if {![catch {$window itemcget $item $option} value]} { lappend options $value }
        }
        lappend found $item [$window type $item] [$window coords $item] $options
    }
    lappend found [$window canvasx 0] [$window canvasy 0] [$window focus] [$window select item]
}

proc ::talkstick::see::of_Entry {window} {
    set selection {}
    catch { set selection [list [$window index sel.first] [$window index sel.last]] }
    list [$window get] [$window index insert] [$window index @0] $selection
}

foreach class {TEntry Spinbox TSpinbox TCombobox} {
    interp alias {} ::talkstick::see::of_$class {} ::talkstick::see::of_Entry
}

proc ::talkstick::see::of_Listbox {window} {
    list [$window get 0 end] [$window curselection] [$window index @0,0] [$window index active]
}

proc ::talkstick::see::of_Scale {window} { $window get }
proc ::talkstick::see::of_TScale {window} { $window get }
proc ::talkstick::see::of_TProgressbar {window} { $window cget -value }
proc ::talkstick::see::of_TNotebook {window} { list [$window select] [$window tabs] }

foreach class {
    Label TLabel Button TButton Checkbutton Radiobutton TCheckbutton TRadiobutton
    Menubutton TMenubutton
} {
    proc ::talkstick::see::of_$class {window} {
        variables $window {-variable -textvariable}
    }
}

proc ::talkstick::see::of_Menu {window} {
    set found [list [$window index active]]
    set last [$window index end]
    if {$last eq "none"} { return $found }
    for {set at 0} {$at <= $last} {incr at} {
        set type [$window type $at]
        lappend found $type
        if {$type ni {separator tearoff}} {
            lappend found [$window entrycget $at -label] [$window entrycget $at -state]
        }
        if {$type in {checkbutton radiobutton}} {
            set name [$window entrycget $at -variable]
            if {[uplevel #0 [list info exists $name]]} { lappend found [uplevel #0 [list set $name]] }
        }
    }
    return $found
}

proc ::talkstick::see::of_Treeview {window} {
    list [$window selection] [$window focus] [branch $window {}]
}

proc ::talkstick::see::branch {window item} {
    set found {}
    foreach child [$window children $item] {
        lappend found $child [$window item $child -text] [$window item $child -values] \
            [$window item $child -open] [$window item $child -tags] [branch $window $child]
    }
    return $found
}

proc ::talkstick::see::of_Panedwindow {window} {
    set found {}
    for {set at 0} {$at < [llength [$window panes]] - 1} {incr at} {
        lappend found [$window sash coord $at]
    }
    return $found
}

proc ::talkstick::see::of_TPanedwindow {window} {
    set found {}
    for {set at 0} {$at < [llength [$window panes]] - 1} {incr at} {
        lappend found [$window sashpos $at]
    }
    return $found
}
