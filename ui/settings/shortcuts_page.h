#pragma once

#include "ui/shell/settings.h"

#include <QKeySequence>
#include <QWidget>

#include <optional>

class QKeySequenceEdit;
class QLabel;
class QLineEdit;
class QPushButton;
class QTreeWidget;

namespace switchyard::ui {

class Actions;

//! "shortcutsPage": every action with its keys, which can be changed; whoever has the keys already is named before
//! anything is set.
class ShortcutsPage : public QWidget
{
    Q_OBJECT
public:
    ShortcutsPage(Settings& settings, Actions& actions, QWidget* parent = nullptr);

Q_SIGNALS:
    void changed();

private:
    void fill();
    void filter(const QString& text);
    void showCurrent();
    void look();
    void set(const std::optional<QKeySequence>& wanted); //!< nothing: the default
    QString currentId() const;

    Settings& m_settings;
    Actions& m_actions;
    QLineEdit* m_filter;
    QTreeWidget* m_list;
    QLabel* m_note;
    QKeySequenceEdit* m_keys;
    QPushButton *m_set, *m_reset;
};

} // namespace switchyard::ui
