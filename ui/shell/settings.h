#pragma once

#include "base/result.h"
#include "ui/theme/theme.h"

#include <QByteArray>
#include <QHash>
#include <QStringList>

namespace switchyard::ui {

//! What the window remembers. Read once, passed by value; the engine has settings of its own.
struct Settings {
    Theme::Mode theme = Theme::Mode::System;
    QStringList projects;         //!< used before, newest first, at most 20
    QString agent = u"builtin"_s; //!< of the last task
    bool notifyNeeds = true;      //!< desktop notification when a task waits for the user
    bool notifyEnds = true;       //!< … when one has ended
    bool tray = true;             //!< icon in the tray, where there is one
    bool keepInTray = true;       //!< closing the window leaves the icon
    bool saidStaysInTray = false;
    bool deleteBranchAfterMerge = true;
    bool showList = true, showDetails = true;
    bool outputApart = false;          //!< the output in a pane of its own instead of a tab
    QString language;                  //!< "de"; empty: the system's
    QString editor;                    //!< command for files named in the output; empty: what is found (editor.h)
    bool welcomed = false;             //!< the first start is over
    QHash<QString, QString> shortcuts; //!< by action id, only what differs from the defaults
    QByteArray geometry, panes;

    //! From an INI file; a missing file or key gives the default.
    static Settings load(const QString& path);
    void save(const QString& path) const;
    void rememberProject(const QString& path);
    bool operator==(const Settings&) const = default;
};

} // namespace switchyard::ui
