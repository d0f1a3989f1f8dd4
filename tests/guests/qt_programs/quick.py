"""A program in Qt Quick: common controls at fixed places, all that happens in one line of text."""

from __future__ import annotations

import sys

from PySide6 import QtGui, QtQml

SCENE = b"""
import QtQuick
import QtQuick.Controls

ApplicationWindow {
    id: window
    width: 400; height: 440; visible: true; title: "Quick"
    property string told: ""
    function tell(word) { told += word + " " }

    Shortcut { sequence: "Ctrl+D"; onActivated: dialog.open() }
    Label { objectName: "told"; x: 10; y: 410; text: window.told }
    Button { x: 10; y: 10; width: 100; height: 30; text: "Press"; onClicked: window.tell("pressed") }
    TextField { objectName: "line"; x: 120; y: 10; width: 200; height: 30 }
    CheckBox { objectName: "check"; x: 10; y: 50; width: 120; height: 30; text: "Check" }
    Slider { objectName: "slider"; x: 140; y: 50; width: 200; height: 30; to: 100; stepSize: 1 }
    ComboBox { objectName: "combo"; x: 10; y: 90; width: 150; height: 30
        wheelEnabled: true; model: ["one", "two", "three"]; onActivated: window.tell(currentText) }
    MouseArea { x: 200; y: 90; width: 150; height: 30
        hoverEnabled: true
        onEntered: window.tell("entered")
        onDoubleClicked: window.tell("double")
        Rectangle { anchors.fill: parent; color: "lightblue" } }
    ListView { id: list; objectName: "list"; x: 10; y: 140; width: 180; height: 200; clip: true
        model: 40
        delegate: ItemDelegate { width: 180; height: 25; text: "row " + index
            onClicked: { list.currentIndex = index; window.tell("row" + index) } } }
    Rectangle { x: 210; y: 140; width: 180; height: 200; color: "wheat"
        Rectangle { objectName: "dragged"; x: 20; y: 20; width: 40; height: 40; color: "tomato"
            DragHandler { onActiveChanged: if (!active) window.tell("dropped") } } }
    Dialog { id: dialog; x: 60; y: 150; width: 280; height: 150; modal: true; title: "Sure?"
        standardButtons: Dialog.Yes | Dialog.No
        enter: null; exit: null
        onAccepted: window.tell("yes"); onRejected: window.tell("no") }
}
"""

application = QtGui.QGuiApplication(sys.argv)
engine = QtQml.QQmlApplicationEngine()
engine.loadData(SCENE)
sys.exit(application.exec() if engine.rootObjects() else 1)
