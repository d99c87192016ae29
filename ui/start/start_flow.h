#pragma once

#include "client/engine_client.h"
#include "ui/theme/colors.h"

class QWidget;

namespace switchyard::ui {

//! From "start this" to a task: asks for a folder, for the confirmation code where none is set yet, and what to do with
//! a folder that is no repository; then has the engine make the task.
class StartFlow : public QObject
{
    Q_OBJECT
public:
    StartFlow(client::EngineClient& client, QWidget* window);
    void start(TaskSpec spec, bool open);
    void startDemo();
    //! Opens the dialog that chooses or changes the code; `then` only runs if one was set.
    void chooseCode(bool change, std::function<void()> then = {});
    bool codeIsSet() const { return m_codeIsSet; }
    void setCodeIsSet(bool set) { m_codeIsSet = set; }

Q_SIGNALS:
    void started(const switchyard::Task& task, bool open);
    void failed(const switchyard::Error& error);
    void folderWanted(); //!< a goal without a project
    void goalWanted();   //!< nothing was said
    void codeSet();

private:
    void check(const TaskSpec& spec, bool open);
    void askAboutFolder(const TaskSpec& spec, bool open);
    void create(const TaskSpec& spec, bool open);
    client::EngineClient& m_client;
    QWidget* const m_window;
    bool m_codeIsSet = true; //!< until the engine has said otherwise
    bool m_demoUnderWay = false;
};

} // namespace switchyard::ui
