#pragma once

#include <QWidget>

class QLabel;
class QPushButton;

namespace switchyard::ui {

//! What is shown while there is no task at all: play the demo, add a folder, connect an agent; or that the tasks are
//! still being read.
class WelcomePage : public QWidget
{
    Q_OBJECT
public:
    explicit WelcomePage(QWidget* parent = nullptr);
    void setLoading(bool loading);
    void setCodeIsSet(bool set);

Q_SIGNALS:
    void demoWanted();
    void folderWanted();
    void agentsWanted();
    void codeWanted();

private:
    QPushButton* m_code;
    QLabel* m_loading;
    QWidget* m_content;
};

} // namespace switchyard::ui
