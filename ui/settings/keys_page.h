#pragma once

#include "ui/settings/key_program.h"

#include <QWidget>

class QLabel;
class QPushButton;
class QTreeWidget;

namespace switchyard::ui {

//! "keysPage": the keys that agents need, by name: which are stored and where, which the environment gives. It looks
//! when it is first shown. Keys can be stored and removed, never seen.
class KeysPage : public QWidget
{
    Q_OBJECT
public:
    explicit KeysPage(KeyProgram program, QWidget* parent = nullptr);

protected:
    void showEvent(QShowEvent* event) override;

private:
    void load(const QString& thenSay = {});
    void fill(const QList<KeyProgram::Key>& keys);
    void addRow(const QString& name, const KeyProgram::Key* stored);
    void showState();
    void set(const QString& name);
    void askToRemove();
    void remove(const QString& name);
    void beBusy(const QString& words);
    void sayError(const Error& error);
    QString current() const;

    const KeyProgram m_program;
    QTreeWidget* m_list;
    QLabel* m_note;
    QPushButton *m_set, *m_other, *m_remove, *m_again;
    bool m_isBusy = false;
    bool m_hasLooked = false;
};

} // namespace switchyard::ui
