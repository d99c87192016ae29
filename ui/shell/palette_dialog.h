#pragma once

#include "model/shared_task.h"

#include <QDialog>
#include <QIcon>

class QLineEdit;
class QListWidget;

namespace switchyard::ui {

class Actions;

//! Ctrl+K: tasks, actions and projects found by a few letters of their name. Enter does it.
class PaletteDialog : public QDialog
{
    Q_OBJECT
public:
    PaletteDialog(const Actions& actions, const QList<SharedTask>& tasks, const QStringList& projects, QWidget* parent);

    //! How well the letters of `wanted` are found in order in `text`: 0 not at all; more is better, word starts count
    //! most.
    static int score(const QString& wanted, const QString& text);

Q_SIGNALS:
    void taskChosen(const switchyard::TaskId& id);
    void projectChosen(const QString& path);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    struct Entry {
        QString text, note;
        QIcon picture;
        std::function<void()> run;
    };
    void fill(const QString& wanted);
    void choose();
    std::vector<Entry> m_entries;
    QLineEdit* m_field;
    QListWidget* m_list;
};

} // namespace switchyard::ui
