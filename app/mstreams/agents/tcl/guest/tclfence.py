"""The fence around one agent: a safe Tcl interpreter that holds the language, and nothing else.

`interp create -safe` hides what reaches outside, but leaves channels, pipes, the event loop, nested
interpreters, packages and the names of host and program. So the fence names what stays, and
deletes everything else, hidden commands included: what doesn't exist can't be found again.

The script runs in the trusted interpreter of one thread. There `agent` is the safe one, `handlers`
holds the texts of handlers (kept as objects, so that each is compiled once), and `command` leads to
Python. Nothing of what a script says is ever evaluated there.
"""

from __future__ import annotations

COMMANDS = (
    "append apply array binary break catch concat continue coroutine dict error eval expr for"
    " foreach format global if incr info join lappend lassign lindex linsert list llength lmap"
    " lrange lrepeat lreplace lreverse lsearch lset lsort namespace proc regexp regsub rename"
    " return scan set split string subst switch tailcall throw time trace try unset uplevel upvar"
    " variable while yield yieldto"
)
"""What stays of the language."""

NAMESPACES = "array binary dict info mathfunc mathop namespace prefix string"
"""Children of `::tcl` that stay: the parts of the commands above."""

INFO_WITHOUT = "cmdcount hostname library loaded nameofexecutable script sharedlibextension"
"""Parts of `info` that tell of the site, not of the script."""

RECURSION_MAX = 500
"""Nested calls; what one of them takes of the thread's stack is at most some kilobytes."""

SCRIPT = f"""
proc fence {{commands}} {{
    interp create -safe agent
    foreach name [interp hidden agent] {{
        interp expose agent $name
        agent eval [list rename $name {{}}]
    }}
    # Its own count of commands, hidden: only the trusted side can ask a hidden command.
    agent eval {{rename ::tcl::info::cmdcount ::cmdcount}}
    interp hide agent cmdcount
    set map [agent eval {{namespace ensemble configure info -map}}]
    foreach part {{{INFO_WITHOUT}}} {{
        dict unset map $part
        agent eval [list catch [list rename ::tcl::info::$part {{}}]]
    }}
    agent eval [list namespace ensemble configure info -map $map]
    foreach name [agent eval {{namespace children ::tcl}}] {{
        if {{[namespace tail $name] ni {{{NAMESPACES}}}}} {{
            agent eval [list namespace delete $name]
        }}
    }}
    foreach name [agent eval {{info commands ::tcl::*}}] {{
        if {{[namespace tail $name] ni {{{NAMESPACES}}}}} {{
            agent eval [list rename $name {{}}]
        }}
    }}
    foreach name [agent eval {{namespace children ::}}] {{
        if {{$name ne "::tcl"}} {{
            agent eval [list namespace delete $name]
        }}
    }}
    set doomed {{}}
    foreach name [agent eval {{info commands}}] {{
        if {{$name ni {{{COMMANDS}}}}} {{
            lappend doomed $name
        }}
    }}
    foreach name $doomed {{
        if {{$name ne "rename"}} {{
            agent eval [list rename $name {{}}]
        }}
    }}
    interp recursionlimit agent {RECURSION_MAX}
    foreach name $commands {{
        interp alias agent $name {{}} dispatch $name
    }}
    # Ends the script from any depth, as `exit` does elsewhere.
    interp alias agent exit {{}} leave
}}

proc unfence {{}} {{
    interp delete agent
    array unset ::handlers
}}

proc dispatch {{name args}} {{
    lassign [command $name {{*}}$args] ok value
    if {{$ok}} {{
        return $value
    }}
    return -code error $value
}}

proc leave {{args}} {{
    dispatch exit {{*}}$args
    return -level 1000000 -code ok
}}

proc until {{seconds milliseconds}} {{
    interp limit agent time -seconds $seconds -milliseconds $milliseconds -granularity 1
}}

proc attempt {{script arguments commands}} {{
    interp limit agent command -value {{}}
    set count [interp invokehidden agent cmdcount]
    interp limit agent command -value [expr {{$count + $commands}}]
    set code [catch {{
        interp eval agent [list set ::argv $arguments]
        interp eval agent $script
    }} result options]
    if {{$code in {{0 2}}}} {{
        return {{}}
    }}
    if {{$code != 1}} {{
        set result "a break or continue outside of a loop"
        dict set options -errorinfo {{}}
    }}
    list [string range $result 0 999] [string range [dict get $options -errorinfo] 0 3999]
}}

proc attempt_handler {{event arguments commands}} {{
    attempt $::handlers($event) $arguments $commands
}}
"""
