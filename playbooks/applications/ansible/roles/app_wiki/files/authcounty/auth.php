<?php
/**
 * Who somebody is, the gate before the wiki says: nginx sets the headers anew on each request, and the wiki listens on
 * loopback alone. An account is kept for each who came, so that edits show names; its password is random and told nobody.
 */
class auth_plugin_authcounty extends auth_plugin_authplain
{
    public function __construct()
    {
        parent::__construct();
        $this->cando['external'] = true;
        $this->cando['logout'] = true;
        foreach (['addUser', 'modLogin', 'modPass', 'modName', 'modMail'] as $what) {
            $this->cando[$what] = false;
        }
    }

    public function trustExternal($user, $pass, $sticky = false)
    {
        global $INPUT, $USERINFO;
        $login = $this->cleanUser($INPUT->server->str('HTTP_X_COUNTY_LOGIN'));
        if ($login === '') {
            return false;
        }
        $name = rawurldecode($INPUT->server->str('HTTP_X_COUNTY_NAME')) ?: $login;
        $known = $this->getUserData($login);
        if ($known === false) {
            $this->createUser($login, auth_pwgen($login), $name, $login . '@' . $_SERVER['SERVER_NAME'], ['user']);
            $known = $this->getUserData($login);
        } elseif ($known['name'] !== $name) {
            $this->modifyUser($login, ['name' => $name]);
            $known = $this->getUserData($login);
        }
        $USERINFO = ['name' => $name, 'mail' => $known['mail'], 'grps' => $known['grps']];
        $INPUT->server->set('REMOTE_USER', $login);
        $_SESSION[DOKU_COOKIE]['auth'] = ['user' => $login, 'info' => $USERINFO];
        return true;
    }

    public function checkPass($user, $pass)
    {
        return false;
    }

    public function logOff()
    {
        send_redirect('/signed-on/out');
    }
}
