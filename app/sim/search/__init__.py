"""Small worlds searched whole: every order in which the rules' messages can come or not."""
