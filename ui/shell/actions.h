#pragma once

#include <QAction>
#include <QCoreApplication>
#include <QHash>
#include <QKeySequence>
#include <QObject>

#include <span>

namespace switchyard::ui {

//! One thing a person can do. Menus, palette, help page and settings are made from the one table of these.
struct ActionInfo {
    const char* id;       //!< "task.merge": stable, in the settings file
    const char* text;     //!< through ActionTable's translations
    const char* help;     //!< one sentence; may be empty
    const char* shortcut; //!< portable text; empty: none. Several: separated by ';'
    const char* icon;     //!< of resources/icons; empty: none
    const char* group;    //!< heading on the help page
    const char* twin;     //!< the same on the command line; empty: only makes sense in a window
};

//! The actions of a window as QActions, named by id (objectName) and added to it. Who can do a thing connects to its
//! triggered(). Shortcuts can be changed; an empty one takes the key away.
class Actions : public QObject
{
    Q_OBJECT
public:
    explicit Actions(QWidget* window);

    static std::span<const ActionInfo> table();
    static QString textOf(const ActionInfo& info);
    static QString groupOf(const ActionInfo& info);
    static QString helpOf(const ActionInfo& info);
    static QList<QKeySequence> defaultKeys(const ActionInfo& info);

    //! Must exist in the table.
    QAction* action(const char* id) const;
    QAction* operator[](const char* id) const { return action(id); }

    //! `keys` by id, only those that differ from the defaults; a text that is no key sequence is ignored.
    void setShortcuts(const QHash<QString, QString>& keys);
    //! Title of the other action that has this key already; empty: free.
    QString conflict(const QString& id, const QKeySequence& key) const;

private:
    QHash<QString, QAction*> m_actions;
};

} // namespace switchyard::ui
