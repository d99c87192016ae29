#pragma once

#include "ui/settings/key_program.h"
#include "ui/settings/swy_page.h"

namespace switchyard::ui {

//! "keysPage": the keys that agents need, by name: which are stored and where, which the environment gives. It looks
//! when it is first shown. Keys can be stored and removed, never seen.
class KeysPage : public SwyPage
{
    Q_OBJECT
public:
    explicit KeysPage(KeyProgram program, QWidget* parent = nullptr);

private:
    void load(const QString& thenSay) override;
    void fill(const QList<KeyProgram::Key>& keys);
    void addRow(const QString& name, const KeyProgram::Key* stored);
    void showState() override;
    void set(const QString& name);
    void askToRemove();
    void remove(const QString& name);
    QString current() const;

    const KeyProgram m_program;
    QPushButton *m_set, *m_other, *m_remove, *m_again;
};

} // namespace switchyard::ui
